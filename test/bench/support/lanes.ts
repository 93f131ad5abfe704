// Work with a fixed number of pieces under way at once.

/** Gives every item to `work`, in order, never more than so many at a time. */
export async function inLanes<T>(lanes: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const remaining = items.values()
  const lane = async (): Promise<void> => {
    for (const item of remaining) await work(item)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}
