/** Whether this is one of the release lines that every tool of this repository accepts. */
export declare function isFittingNode(version: string): boolean

/** The environment without what an outer `npm run` leaves in it; registry, caches and proxies stay. */
export declare function withoutOuterScript(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv

/**
 * An environment whose PATH leads to a fitting Node and pnpm 12, fetched through npx where they are missing.
 * @throws Error when npm cannot provide them.
 */
export declare function toolchainEnvironment(environment?: NodeJS.ProcessEnv): NodeJS.ProcessEnv
