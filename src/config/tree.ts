import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, Scalar } from 'yaml'
import { type Path, quote } from './problem.ts'
import { type Environment, substitute } from './substitute.ts'

/** A value of the file, with where it stands in the text. Offsets count UTF-16 units from the start of the file. */
export interface Place {
  readonly value: unknown
  readonly offset: number
  readonly end: number
  /** Where the key stands that leads here; null in lists and at the root. */
  readonly keyOffset: number | null
  /** A scalar as written, before substitution: the only form in which messages may show it. */
  readonly shown: string | null
  readonly children: ReadonlyMap<string | number, Place>
}

/** Something wrong at a place. */
export interface Finding {
  readonly path: Path
  readonly offset: number
  readonly message: string
  /** Null for the usual example of the key. */
  readonly example: string | null
}

/** What aliases may expand to. Far above any honest file, far below what would hurt. */
const MAX_EXPANDED = 100_000
/** How deep values may nest. */
export const MAX_DEPTH = 64

/** Turns a parsed document into places and plain values: aliases and merge keys followed, `${NAME}` filled in. */
export function plant(document: Document, env: Environment): { root: Place; findings: Finding[] } {
  const planter = new Planter(env)
  const root = planter.place(document.contents, [], null, 0)
  return { root, findings: planter.findings }
}

class Planter {
  readonly findings: Finding[] = []
  private readonly anchors = new Map<string, Node>()
  private readonly open = new Set<Node>()
  private aliasDepth = 0
  private expanded = 0
  private readonly env: Environment

  constructor(env: Environment) {
    this.env = env
  }

  place(node: unknown, path: Path, keyOffset: number | null, fallback: number): Place {
    if (isAlias(node)) return this.alias(node, path, keyOffset)
    const [offset, end] = rangeOf(node, fallback)
    const bare = { value: null, offset, end, keyOffset, shown: null, children: new Map() }
    if (this.aliasDepth > 0 && this.expanded++ > MAX_EXPANDED) return bare
    if (path.length > MAX_DEPTH) {
      this.report(path, offset, 'is nested too deep', 'services: []')
      return bare
    }
    if (isScalar(node)) {
      this.remember(node)
      return this.scalar(node, path, bare)
    }
    if (!isMap(node) && !isSeq(node)) return bare
    this.remember(node)
    this.open.add(node)
    const children = new Map<string | number, Place>()
    let value: unknown
    if (isSeq(node)) {
      const list: unknown[] = []
      for (const [i, item] of node.items.entries()) {
        const child = this.place(item, [...path, i], null, offset)
        children.set(i, child)
        list.push(child.value)
      }
      value = list
    } else {
      this.pairs(node.items, path, offset, children)
      const map: Record<string, unknown> = Object.create(null)
      for (const [key, child] of children) map[key] = child.value
      value = map
    }
    this.open.delete(node)
    return { ...bare, value, children }
  }

  private pairs(
    items: readonly { key: unknown; value: unknown }[],
    path: Path,
    offset: number,
    children: Map<string | number, Place>,
  ): void {
    const merged: Place[] = []
    const lines = new Map<string, number>()
    for (const { key, value } of items) {
      const [at] = rangeOf(key, offset)
      const name = isScalar(key) ? keyText(key) : null
      if (name === null) {
        this.report(path, at, 'has a key that is not text', 'name: Login')
      } else if (lines.has(name)) {
        this.report([...path, name], at, 'stands here twice; keep one of them', null)
      } else {
        lines.set(name, at)
        if (isScalar(key)) this.remember(key)
        const place = this.place(value, [...path, name], at, at)
        if (name === '<<' && isScalar(key) && key.type === Scalar.PLAIN) merged.push(place)
        else children.set(name, place)
      }
    }
    for (const place of merged) this.merge(place, path, children)
  }

  /** A key that the mapping has itself wins over a merged one, and an earlier merged one over a later. */
  private merge(source: Place, path: Path, children: Map<string | number, Place>): void {
    const sources = Array.isArray(source.value) ? [...source.children.values()] : [source]
    for (const { value, offset, children: inner } of sources) {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        this.report([...path, '<<'], offset, 'must be a mapping, or a list of mappings', '<<: *name')
        continue
      }
      for (const [key, child] of inner) if (!children.has(key)) children.set(key, child)
    }
  }

  private scalar(node: Scalar, path: Path, bare: Place): Place {
    const shown = node.source ?? (node.value === null ? '' : String(node.value))
    if (typeof node.value !== 'string') {
      const plain = node.value === null || typeof node.value === 'number' || typeof node.value === 'boolean'
      if (!plain) this.report(path, bare.offset, 'is of a type that is not known here', '"text in quotes"')
      return { ...bare, value: plain ? node.value : null, shown }
    }
    const result = substitute(node.value, this.env)
    if (!result.ok) this.report(path, bare.offset, result.message, result.example)
    return { ...bare, value: result.ok ? result.text : node.value, shown: node.value }
  }

  private alias(node: Alias, path: Path, keyOffset: number | null): Place {
    const [offset, end] = rangeOf(node, 0)
    const target = this.anchors.get(node.source)
    const bare = { value: null, offset, end, keyOffset, shown: null, children: new Map() }
    if (target === undefined || this.open.has(target)) {
      const message =
        target === undefined
          ? 'is an alias of an anchor that does not stand before it; text that begins with * must be in quotes'
          : 'is an alias of what stands around it'
      this.report(path, offset, message, quote(`*${node.source}`))
      return bare
    }
    if (this.expanded > MAX_EXPANDED) return bare
    this.aliasDepth++
    const place = this.place(target, path, keyOffset, offset)
    this.aliasDepth--
    if (this.expanded > MAX_EXPANDED && this.aliasDepth === 0) {
      this.report(
        path,
        offset,
        'aliases expand to more values than a configuration can need',
        'a file without them',
      )
    }
    return { ...place, offset, end }
  }

  private remember(node: Node): void {
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined && this.aliasDepth === 0) this.anchors.set(anchor, node)
  }

  private report(path: Path, offset: number, message: string, example: string | null): void {
    this.findings.push({ path, offset, message, example })
  }
}

function keyText(key: Scalar): string | null {
  if (typeof key.value === 'string') return key.value
  return key.value === null ? null : (key.source ?? String(key.value))
}

function rangeOf(node: unknown, fallback: number): [from: number, to: number] {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null
  return range ? [range[0], range[1]] : [fallback, fallback]
}

/** The place that a path leads to, or undefined where the file has none. */
export function find(root: Place, path: Path): Place | undefined {
  let place: Place | undefined = root
  for (const part of path) place = place?.children.get(part)
  return place
}

/** The path of the innermost value that stands around an offset. */
export function pathAt(root: Place, offset: number): Path {
  for (const [key, child] of root.children) {
    const from = child.keyOffset ?? child.offset
    if (from <= offset && offset <= child.end) return [key, ...pathAt(child, offset)]
  }
  return []
}
