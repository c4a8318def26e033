import fc from 'fast-check'

/** Every run tries the same cases; another seed, such as one that a failure printed: `NINES_SEED=… npx vitest run`. */
fc.configureGlobal({ seed: Number(process.env['NINES_SEED'] ?? 20_261_001) })
