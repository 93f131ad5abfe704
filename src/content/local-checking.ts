// Runs as a process of its own, started by local-checker.ts: compiles schemas that were registered on this node, and holds content against
// them. Whatever stands in them, they can only hold up this process.

import { createContext, runInContext } from 'node:vm'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { LOCAL_SCHEMAS_MAX, ORPHANED_CHECK_MS_MAX } from './constants.ts'
import { mismatchesOf } from './mismatch.ts'
import type { ValidateFunction } from 'ajv/dist/2020.js'
import type { CheckAnswer, CheckOrder, CheckReport } from './check-orders.ts'

/** Compiled schemas by their text. */
class Validators {
  readonly #compiled = new Map<string, ValidateFunction>()
  #ajv = newAjv()

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
    this.#ajv = newAjv()
  }
}

/** Keywords and formats that are not known are annotations, as JSON Schema has it. */
function newAjv(): Ajv2020 {
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

const validators = new Validators()

function answer({ schema, content }: CheckOrder): CheckAnswer {
  let validate: ValidateFunction
  try {
    validate = validators.of(schema)
  } catch (error) {
    return { invalid: (error as Error).message.slice(0, 500) }
  }
  if (content === undefined || validate(JSON.parse(content))) return { mismatches: [] }
  return { mismatches: mismatchesOf(validate.errors ?? []) }
}

/** The node ends this process when a check takes too long. One whose node was killed meanwhile would not hear of it: it ends itself. */
function answerInTime(order: CheckOrder): CheckAnswer {
  const work = createContext({ answer: () => answer(order) })
  return runInContext('answer()', work, { timeout: ORPHANED_CHECK_MS_MAX })
}

function tell(report: CheckReport): void {
  process.send?.(report)
}

process.on('message', (order: CheckOrder) => tell(answerInTime(order)))
process.on('disconnect', () => process.exit())
tell('ready')
