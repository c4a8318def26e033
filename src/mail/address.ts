/** As the configuration reads addresses, and without control characters and what turns text around. */
const MAILBOX = /^[^\s@<>",;:\\]{1,64}@[^\s@<>",;:\\]{1,255}$/u
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/u

/** Whether a text is one bare mail address, which can stand in an envelope and a header. */
export const isMailbox = (text: string): boolean =>
  text.length <= 320 && MAILBOX.test(text) && !UNSEEN.test(text)

/** Addresses that differ in case alone are the same mailbox to everyone who runs one. */
export const sameMailbox = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()

/** What follows the @; a name that leads nowhere (RFC 2606) where there is none. */
export const domainOf = (address: string | undefined): string =>
  address === undefined || !isMailbox(address)
    ? 'nines.invalid'
    : address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/** Whether a text can stand in Message-ID, In-Reply-To and References: visible ASCII within angle brackets (RFC 5322, 3.6.4). */
export const isMessageId = (text: string): boolean => /^<[\x21-\x3b\x3d\x3f-\x7e]{1,250}>$/.test(text)
