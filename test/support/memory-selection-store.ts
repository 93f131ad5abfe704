// Local records in plain memory: a second implementation of what the selection needs.

import type { SelectionList, SelectionStore } from '../../src/log/index.ts'

/** {@link SelectionStore} without a database. */
export class MemorySelectionStore implements SelectionStore {
  readonly #lists = new Map<SelectionList, Set<string>>()

  values(list: SelectionList): string[] {
    return [...this.#listOf(list)]
  }

  add(list: SelectionList, value: string): void {
    this.#listOf(list).add(value)
  }

  remove(list: SelectionList, value: string): void {
    this.#listOf(list).delete(value)
  }

  #listOf(list: SelectionList): Set<string> {
    const values = this.#lists.get(list) ?? new Set()
    this.#lists.set(list, values)
    return values
  }
}
