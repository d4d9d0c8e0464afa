export { mlsGroupKeys } from "./group/mls-provider.ts"
export type { MlsKem } from "./group/mls-suite.ts"
