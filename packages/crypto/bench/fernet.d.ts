/** The part of the `fernet` package that is measured; it has no types of its own. */
declare module "fernet" {
  const fernet: {
    readonly Secret: new (key: string) => object
    readonly Token: new (options: { readonly secret: object }) => { encode(message: string): string }
  }
  export default fernet
}
