/** A binary min-heap: `push` and `pop` in the logarithm of its size. */
export interface Heap<T> {
  push(item: T): void
  peek(): T | undefined
  pop(): T | undefined
}

/** PURE. A heap whose first item is the one with the least key; keys must not change while an item is in it. */
export function createHeap<T>(key: (item: T) => number): Heap<T> {
  const items: T[] = []
  const before = (a: T | undefined, b: T | undefined): boolean =>
    a !== undefined && b !== undefined && key(a) < key(b)
  const swap = (i: number, j: number): void => {
    const [a, b] = [items[i], items[j]]
    if (a === undefined || b === undefined) return
    items[i] = b
    items[j] = a
  }
  return {
    push: item => {
      items.push(item)
      for (let i = items.length - 1; i > 0; ) {
        const parent = (i - 1) >> 1
        if (!before(items[i], items[parent])) return
        swap(i, parent)
        i = parent
      }
    },
    peek: () => items[0],
    pop: () => {
      swap(0, items.length - 1)
      const least = items.pop()
      for (let i = 0; ; ) {
        const [left, right] = [2 * i + 1, 2 * i + 2]
        const child = before(items[right], items[left]) ? right : left
        if (!before(items[child], items[i])) return least
        swap(i, child)
        i = child
      }
    },
  }
}
