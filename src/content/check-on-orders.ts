// The other side of thread-checker.ts: compiles schemas that were registered on this node, and holds content against them. Whatever
// stands in them, they can only hold up this thread.

import { LOCAL_SCHEMAS_MAX } from './constants.ts'
import { mismatchesOf } from './mismatch.ts'
import type { MessagePort } from 'node:worker_threads'
import type { Ajv2020, ValidateFunction } from 'ajv/dist/2020.js'
import type { CheckAnswer, CheckOrder, CheckReport } from './check-orders.ts'

/** Answers orders until the thread is ended. */
export async function checkOnOrders(port: MessagePort): Promise<void> {
  const validators = new Validators(await loadAjv())
  const tell = (report: CheckReport): void => port.postMessage(report)
  port.on('message', (order: CheckOrder) => tell(answer(validators, order)))
  tell('ready')
}

function answer(validators: Validators, { schema, content }: CheckOrder): CheckAnswer {
  let validate: ValidateFunction
  try {
    validate = validators.of(schema)
  } catch (error) {
    return { invalid: (error as Error).message.slice(0, 500) }
  }
  if (content === undefined || validate(JSON.parse(content))) return { mismatches: [] }
  return { mismatches: mismatchesOf(validate.errors ?? []) }
}

/** Compiled schemas by their text. */
class Validators {
  readonly #compiled = new Map<string, ValidateFunction>()
  readonly #newAjv: () => Ajv2020
  #ajv: Ajv2020

  constructor(newAjv: () => Ajv2020) {
    this.#newAjv = newAjv
    this.#ajv = newAjv()
  }

  /** @throws Error for what is no schema, or refers to one that does not stand in it: nothing is fetched */
  of(text: string): ValidateFunction {
    const known = this.#compiled.get(text)
    if (known !== undefined) return known
    if (this.#compiled.size >= LOCAL_SCHEMAS_MAX) this.#forget()
    const validate = this.#ajv.compile(JSON.parse(text))
    // It would answer a promise, and a promise passes for yes.
    if ('$async' in validate) throw new Error('$async is no keyword of JSON Schema.')
    this.#compiled.set(text, validate)
    return validate
  }

  #forget(): void {
    this.#compiled.clear()
    this.#ajv = this.#newAjv()
  }
}

/**
 * Keywords and formats that are not known are annotations, as JSON Schema has it. Loaded here and not above, because every thread that enters
 * content/ passes through this file, and only this one checks.
 */
async function loadAjv(): Promise<() => Ajv2020> {
  const { Ajv2020 } = await import('ajv/dist/2020.js')
  const { default: formats } = await import('ajv-formats')
  return () => {
    const ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      verbose: true,
      ownProperties: true,
      addUsedSchema: false,
      logger: false,
    })
    formats.default(ajv)
    return ajv
  }
}
