/** The IANA zones that this runtime knows, UTC among them, by name. */
export const timeZones = (): readonly string[] => {
  const known = Intl.supportedValuesOf('timeZone')
  return known.includes('UTC') ? known : [...known, 'UTC'].sort()
}
