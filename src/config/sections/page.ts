import { z } from 'zod'
import { address, key, label } from './scalars.ts'

const publicUrl = address
  .refine(text => !/[?#]/.test(text), { error: 'must not have a query or fragment: paths are added to it' })
  .transform(text => text.replace(/\/+$/, ''))

export const pageSchema = z
  .strictObject({
    title: key(label.prefault('Status'), 'What the status page is called.', 'Example status'),
    url: key(
      publicUrl.exactOptional(),
      'Public address of the status page, for links and feeds.',
      'https://status.example.com',
    ),
  })
  .meta({
    description: 'The public status page.',
    examples: [{ title: 'Example status', url: 'https://status.example.com' }],
  })
