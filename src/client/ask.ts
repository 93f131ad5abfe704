// One request and its whole answer, by whatever way a program has to make it.

/** Makes a request; rejects with the reason of its signal when that aborts. */
export type Ask = (url: URL, request: Asked) => Promise<Answer>

/** What is asked. */
export interface Asked {
  method: string
  headers: Readonly<Record<string, string>>
  body?: string
  signal: AbortSignal
}

/** What was answered. */
export interface Answer {
  status: number
  text: string
}

/** The way that every runtime has. */
export async function askByFetch(url: URL, asked: Asked): Promise<Answer> {
  const response = await fetch(url, asked)
  return { status: response.status, text: await response.text() }
}
