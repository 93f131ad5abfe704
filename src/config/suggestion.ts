// What somebody meant who misspelt a name.

/** ` Did you mean "peers"?`, or nothing when no name is near. */
export function suggestionFor(given: string, names: readonly string[]): string {
  const distances = names.map((name) => ({ name, distance: editDistance(given.toLowerCase(), name.toLowerCase()) }))
  const nearest = distances.toSorted((one, other) => one.distance - other.distance)[0]
  if (nearest === undefined || nearest.distance > Math.max(1, Math.floor(nearest.name.length / 3))) return ''
  return `. Did you mean "${nearest.name}"?`
}

/** A name longer than this is no misspelt one. */
const CHARACTERS_MAX = 64

/** Characters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function editDistance(one: string, other: string): number {
  if (one.length > CHARACTERS_MAX || other.length > CHARACTERS_MAX) return Number.POSITIVE_INFINITY
  const rows = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY
  for (let row = 1; row <= one.length; row++) {
    const cells = [row]
    rows.push(cells)
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1]
      const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      cells.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
  }
  return at(one.length, other.length)
}
