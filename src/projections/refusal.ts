// Whose fault an error is that was thrown while a projection worked: the database's, or the projection's.

/** What a full, slow or lost disk says. Everything else comes from the projection and its own statements. */
const REFUSAL = /^SQLITE_(FULL|IOERR|NOMEM|BUSY|LOCKED|READONLY|CANTOPEN)/

/** Whether the database refused to work for anybody: then it is tried again, and no projection stops. */
export function isRefusal(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } }
  return REFUSAL.test(String(cause?.code))
}
