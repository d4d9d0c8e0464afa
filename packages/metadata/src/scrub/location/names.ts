const names =
  /gps|latitude|longitude|altitude|geotag|geohash|geocod|geoname|coordinate|^(?!subject).*location|^(?:city|state|country|countrycode|countryname|province.*|sub-?location|worldregion|coverage)$/iu

/** Whether a property, an attribute or a keyword of this name says where a picture was taken. A prefix counts for nothing. */
export function namesLocation(name: string): boolean {
  return names.test(name.slice(name.indexOf(":") + 1))
}

/** Whether text that is not taken apart may say it. */
export function mayNameLocation(text: string): boolean {
  return /gps|latitude|longitude|altitude|location|:(?:city|state|country)/iu.test(text)
}
