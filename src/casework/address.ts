/** The public path under which a customer follows a case. The secret in it is all that it takes. */
export const casePath = (reference: string, secret: string): string =>
  `/cases/${encodeURIComponent(reference)}/${encodeURIComponent(secret)}`
