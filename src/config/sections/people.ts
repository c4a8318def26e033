// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}
import { z } from 'zod'
import { address, key, label } from './scalars.ts'

const text = z.string({ error: 'must be text; a number must be in quotes' }).min(1)
const members = (of: string) =>
  key(z.array(text).prefault([]), `The values of the claim that make someone ${of}.`, ['status-admins'])

const oidc = z.strictObject({
  name: key(label.prefault('Single sign-on'), 'What the button says.', 'Example account'),
  issuer: key(
    address,
    'The issuer; its configuration is at /.well-known/openid-configuration.',
    'https://id.example.com',
  ),
  clientId: key(text, 'What the issuer calls this Nines.', 'nines'),
  clientSecret: key(text, 'The secret that it gave for it.', '${OIDC_SECRET}'),
  claim: key(text.prefault('groups'), 'The claim that roles are read from.', 'groups'),
  admin: members('an administrator'),
  engineer: members('an engineer'),
  support: members('a support agent'),
})

export const peopleSchema = z
  .strictObject({
    oidc: key(oidc.exactOptional(), 'Sign-in by OpenID Connect, beside e-mail and password.', {
      issuer: 'https://id.example.com',
      clientId: 'nines',
      clientSecret: '${OIDC_SECRET}',
      support: ['helpdesk'],
    }),
  })
  .meta({
    description: 'Who may sign in.',
    examples: [
      { oidc: { issuer: 'https://id.example.com', clientId: 'nines', clientSecret: '${OIDC_SECRET}' } },
    ],
  })

export type PeopleConfig = z.output<typeof peopleSchema>
