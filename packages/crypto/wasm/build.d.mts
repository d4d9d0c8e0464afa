export declare function compile(): Promise<Buffer>
export declare function moduleText(wasm: Buffer): string
