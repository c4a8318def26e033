// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own ${NAME}
export type Environment = Readonly<Record<string, string | undefined>>

/** A text with its `${NAME}`s filled in, or what kept that from being done, in sentences without any value. */
export type Substituted =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly example: string }

const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g

/** Replaces each `${NAME}` by the variable of that name, and `$${` by `${`. What is put in is not read again. */
export function substitute(source: string, env: Environment): Substituted {
  const missing = new Set<string>()
  let malformed = false
  const text = source.replace(REFERENCE, (found, name: string | undefined) => {
    if (found === '$${') return '${'
    if (name === undefined) {
      malformed = true
      return found
    }
    const value = Object.hasOwn(env, name) ? env[name] : undefined
    if (value === undefined) missing.add(name)
    return value ?? ''
  })
  if (malformed) {
    return {
      ok: false,
      message: 'has a "${" without a variable name and "}" after it; a literal "${" is written "$${"',
      example: '"${NAME}" or "$${"',
    }
  }
  if (missing.size > 0) {
    const names = [...missing]
    const [noun, verb] = names.length === 1 ? ['variable', 'is'] : ['variables', 'are']
    return {
      ok: false,
      message: `needs the environment ${noun} ${names.join(', ')}, which ${verb} not set`,
      example: names.map(name => `${name}=value`).join(' '),
    }
  }
  return { ok: true, text }
}
