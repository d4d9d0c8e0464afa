/** Without the fields that are not known; `undefined` when none is. */
export function some<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } | undefined {
  const known: { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } = {}
  let any = false
  for (const name in fields) {
    const value = fields[name]
    if (value === undefined) continue
    known[name] = value as Exclude<Fields[typeof name], undefined>
    any = true
  }
  return any ? known : undefined
}
