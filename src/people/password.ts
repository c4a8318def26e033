export const SHORTEST = 12
/** Longer ones would only cost time to hash. */
export const LONGEST = 128

/**
 * The commonest passwords of at least 12 characters, and words that many begin with, in lower case. Shorter ones are
 * refused for their length.
 */
const COMMON = new Set(
  `123456789012 1234567890123 12345678901234 123456789123 1234567891234 123456789abc 1234567890ab 123412341234
  123123123123 111111111111 000000000000 121212121212 112233445566 102030405060 987654321098 147258369147
  qwertyuiop12 qwertyuiop123 qwertyuiop[] qwertyuiopasdf qwertyuiopasdfgh qwerty123456 qwerty1234567 qwerty12345678
  qwertyqwerty 1qaz2wsx3edc 1q2w3e4r5t6y 1q2w3e4r5t6y7u q1w2e3r4t5y6 qazwsxedcrfv zaq12wsxcde3 1qazxsw23edc
  asdfghjkl123 asdfasdfasdf zxcvbnm12345 abcdefghijkl abcdefg12345 abcd12345678 abc123abc123 a1b2c3d4e5f6 aaaaaaaaaaaa
  password1234 password12345 password123456 password123! password2024 password2025 password2026 passwordpassword
  password0000 password1111 p@ssw0rd1234 p@ssword1234 passw0rd1234 mypassword12 mypassword123 newpassword1
  changeme1234 changemenow1 changeme12345 letmein12345 letmeinletmein welcome12345 welcome123456 welcomewelcome
  administrator administrator1 admin1234567 admin12345678 adminadmin12 adminadminadmin rootrootroot testtesttest
  test12345678 testing12345 iloveyou1234 iloveyouiloveyou iloveyousomuch iloveyouforever sunshine1234 princess1234
  football1234 baseball1234 dragon123456 monkey123456 superman1234 batman123456 starwars1234 trustno1trustno1
  correcthorsebatterystaple correct horse battery staple unbelievable basketball123 internet1234 computer1234
  whatever1234 nothing12345 michael12345 jennifer1234 liverpool123 manchester12 christopher1 alexander123
  google123456 facebook1234 samsung12345 qweasdzxc123 qwe123qwe123 zxcasdqwe123 1234qwerasdf asdf1234asdf
  spring2026!! summer2026!! autumn2026!! winter2026!! nines1234567 ninesninesnines statuspage12 statuspage123`
    .split(/\n|(?<!correct|horse|battery) (?!horse|battery|staple)/)
    .map(text => text.trim())
    .filter(text => text !== ''),
)

export interface About {
  readonly name: string
  readonly email: string
}

/** Says what is wrong with a new password, in a sentence; null where it will do (NIST SP 800-63B, 5.1.1.2). */
export function passwordFault(password: string, { name, email }: About): string | null {
  const length = [...password.normalize('NFKC')].length
  if (length < SHORTEST)
    return `The password has ${length} ${length === 1 ? 'character' : 'characters'}; it needs at least ${SHORTEST}. Several words make a good one.`
  if (length > LONGEST) return `The password has ${length} characters; at most ${LONGEST} are kept.`
  const plain = password.normalize('NFKC').toLowerCase().trim()
  if (COMMON.has(plain) || isRun(plain))
    return 'This password is one of the first that anyone would guess. Choose another.'
  const bare = plain.replaceAll(/[^\p{L}\p{N}@.]/gu, '')
  const own = [email.toLowerCase(), email.toLowerCase().split('@')[0] ?? '', name.toLowerCase()]
  if (
    own.some(
      text => text.length >= 3 && bare.replaceAll(text.replaceAll(/[^\p{L}\p{N}@.]/gu, ''), '').length < 6,
    )
  )
    return 'The password must not be made of your name or your e-mail address. Choose another.'
  return null
}

/** One character again and again, or each following the one before. */
function isRun(text: string): boolean {
  const codes = [...text].map(char => char.codePointAt(0) ?? 0)
  const steps = new Set(codes.slice(1).map((code, i) => code - (codes[i] ?? 0)))
  return steps.size === 1 && [...steps].every(step => Math.abs(step) <= 1)
}
