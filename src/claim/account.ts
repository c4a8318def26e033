/** The form in which accounts are compared: NFKC, one case, single spaces, without invisible characters. */
export const accountKey = (account: string): string =>
  account
    .normalize('NFKC')
    .replaceAll(/\p{Cf}/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFKC')
    .replaceAll(/\s+/g, ' ')
    .trim()
