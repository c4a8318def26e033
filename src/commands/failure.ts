/** Ends a command with a message for the person who gave it: 2 where what was given is wrong, 1 where it failed. */
export class Failure extends Error {
  readonly code: 1 | 2

  constructor(message: string, code: 1 | 2 = 2) {
    super(message)
    this.code = code
  }
}
