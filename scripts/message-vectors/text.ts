// Canonical text: grammar, escapes, key order, numbers, white space, and the fields of the envelope.

import { accept, acceptContent, type Case, messageText, PREVIOUS, reject, rejectContent } from './case.ts'

const SCALARS = ['null', 'true', 'false', '0', '-1', '""', '"x"', '[]', '{}', '[[],{}]']
const NUMBERS = [
  '-0',
  '1.0',
  '0.10',
  '1E5',
  '1e+5',
  '1e-05',
  '0e0',
  '-0.0E-0',
  '9007199254740993',
  `${'1234567890'.repeat(5)}`,
  '1e400',
]
const NOT_NUMBERS = [
  '01',
  '-01',
  '+1',
  '.5',
  '1.',
  '1.e5',
  '1e',
  '1e+',
  '-',
  '--1',
  '0x1',
  '1_000',
  'NaN',
  'Infinity',
  '1n',
  '٣',
]
const ALL_CONTROLS =
  '\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f' +
  '\\u0010\\u0011\\u0012\\u0013\\u0014\\u0015\\u0016\\u0017\\u0018\\u0019\\u001a\\u001b\\u001c\\u001d\\u001e\\u001f'

const NOT_ESCAPES: Record<string, string> = {
  'a slash': '\\/',
  'a printable character': '\\u0041',
  'a quote by its number': '\\u0022',
  'a line feed by its number': '\\u000a',
  'a tab by its number': '\\u0009',
  'a control in upper case': '\\u001F',
  'DEL, which stays raw': '\\u007f',
  'a character above ASCII': '\\u00e9',
  'a surrogate pair': '\\ud83d\\ude00',
  'half of a surrogate pair': '\\ud800',
  'three digits': '\\u001',
  'an upper-case U': '\\U0001',
  'a letter that is none': '\\x41',
  'an apostrophe': "\\'",
}

const content: Case[] = [
  ...SCALARS.map((json) => acceptContent(`content ${json}`, json)),
  ...NUMBERS.map((token) => acceptContent(`number token ${token} is kept`, `{"n":${token}}`)),
  ...NOT_NUMBERS.map((token) => rejectContent(`not a number token: ${token}`, `{"n":${token}}`)),
  acceptContent('every control character in its one escape', `"${ALL_CONTROLS}"`),
  acceptContent('quote and backslash escaped, slash raw', '"\\"\\\\/"'),
  acceptContent('DEL, U+2028, U+FEFF, a non-character and an emoji stay raw', '"\u007f\u2028\ufeff\uffff😀"'),
  acceptContent('text is not normalised: é composed and decomposed', '["\u00e9","e\u0301"]'),
  ...Object.entries(NOT_ESCAPES).map(([what, spelling]) => rejectContent(`escape of ${what}`, `"${spelling}"`)),
  rejectContent('raw line feed in a string', '"a\nb"'),
  rejectContent('raw tab in a string', '"a\tb"'),
  rejectContent('raw NUL in a string', '"a\u0000b"'),
  rejectContent('string in apostrophes', "'x'"),
  rejectContent('string without end', '"x'),
  rejectContent('string ending in a backslash', '"x\\'),
  rejectContent('trailing comma in an array', '[1,]'),
  rejectContent('trailing comma in an object', '{"a":1,}'),
  rejectContent('leading comma in an array', '[,1]'),
  rejectContent('missing comma', '[1 2]'),
  rejectContent('missing colon', '{"a"1}'),
  rejectContent('key that is not a string', '{1:1}'),
  rejectContent('array closed by a brace', '[1}'),
  rejectContent('no value', ''),
  rejectContent('True', 'True'),
  rejectContent('nul', 'nul'),
  rejectContent('a comment', '{"a":1/**/}'),
  rejectContent('space after a comma', '[1, 2]'),
  rejectContent('line feed inside an object', '{\n"a":1}'),
  rejectContent('tab inside an empty array', '[\t]'),
]

const keys: Case[] = [
  acceptContent('integer-like keys sort as text', '{"1":0,"10":0,"2":0,"a":0}'),
  acceptContent('__proto__ and constructor are ordinary keys', '{"__proto__":{"a":1},"constructor":2}'),
  acceptContent('a prefix sorts first, the empty key before all', '{"":0,"a":0,"aa":0,"b":0}'),
  acceptContent('upper case before lower case', '{"B":0,"a":0}'),
  acceptContent(
    'escaped keys sort by what they say',
    '{"\\u0000":0,"\\t":0,"\\n":0," ":0,"\\"":0,"[":0,"\\\\":0,"]":0}',
  ),
  acceptContent('a key with an escaped quote behind its prefix', '{"a":0,"a\\"":0,"b":0}'),
  acceptContent(
    'U+D7FF, U+E000, U+FFFF, U+10000, U+10FFFF',
    '{"\ud7ff":0,"\ue000":0,"\uffff":0,"\u{10000}":0,"\u{10ffff}":0}',
  ),
  acceptContent('two keys that differ in the second half of a pair', '{"\u{1f600}":0,"\u{1f601}":0}'),
  acceptContent('the same key at different depths', '{"a":{"a":{"a":0}},"b":[{"a":0},{"a":0}]}'),
  rejectContent('integer-like keys in numeric order', '{"1":0,"2":0,"10":0}'),
  rejectContent('UTF-16 order: U+10000 before U+E000', '{"\u{10000}":0,"\ue000":0}'),
  rejectContent('UTF-16 order: U+10FFFF before U+FFFF', '{"\u{10ffff}":0,"\uffff":0}'),
  rejectContent('escaped keys sorted by their spelling', '{" ":0,"\\n":0}'),
  rejectContent('a key twice, both escaped', '{"\\n":0,"\\n":0}'),
  rejectContent('a key twice, not side by side', '{"a":0,"b":0,"a":0}'),
  rejectContent('__proto__ twice', '{"__proto__":0,"__proto__":0}'),
  rejectContent('unsorted keys deep inside', '[{"a":[{"c":0,"b":0}]}]'),
]

const envelope: Case[] = [
  accept(
    'every field',
    messageText({
      sequence: '2',
      previous: `"${PREVIOUS}"`,
      schema_id: '"insight/v1"',
      relates: `"${PREVIOUS}"`,
      tags: '["b","a","a"]',
      trace_id: '"t"',
      span_id: '"s"',
      expires_at: '"2027-01-01T00:00:00Z"',
    }),
  ),
  accept(
    'empty strings in optional fields',
    messageText({ schema_id: '""', tags: '[""]', trace_id: '""', span_id: '""' }),
  ),
  accept('escapes in optional fields', messageText({ schema_id: '"\\n"', tags: '["\\"","é"]', trace_id: '"\\u0001"' })),
  accept(
    'names longer than we publish',
    messageText({ schema_id: `"${'s'.repeat(257)}"`, tags: `["${'t'.repeat(129)}"]` }),
  ),
  accept('more tags than we publish', messageText({ tags: `[${Array(65).fill('"t"').join(',')}]` })),
  reject('schema_id null', messageText({ schema_id: 'null' })),
  reject('schema_id a number', messageText({ schema_id: '1' })),
  reject('relates in upper case', messageText({ relates: `"${PREVIOUS.toUpperCase()}"` })),
  reject('relates of 63 characters', messageText({ relates: `"${PREVIOUS.slice(1)}"` })),
  reject('relates of 65 characters', messageText({ relates: `"0${PREVIOUS}"` })),
  reject('tags a string', messageText({ tags: '"a"' })),
  reject('tags with a number', messageText({ tags: '["a",1]' })),
  reject('tags null', messageText({ tags: 'null' })),
  reject('tags with a trailing comma', messageText({ tags: '["a",]' })),
  reject('trace_id before tags', messageText({ trace_id: '"t"', tags: '["a"]' })),
  reject('expires_at before schema_id', messageText({ expires_at: '"2027-01-01T00:00:00Z"', schema_id: '"x/v1"' })),
  reject('a field twice', messageText({ schema_id: '"x/v1","schema_id":"x/v1"' })),
  reject('an unknown field at the end', messageText({ content: '1,"extra":1' })),
  reject('the hash inside', messageText({ content: `1,"hash":"${PREVIOUS}"` })),
  reject('the signature inside', messageText({ content: `1,"signature":"${'A'.repeat(86)}=="` })),
  reject('local inside', messageText({ content: '1,"local":{}' })),
  reject('author left out', messageText().replace(/"author":[^,]*,/, '')),
  reject('sequence left out', messageText().replace('"sequence":1,', '')),
  reject('timestamp left out', messageText().replace(/"timestamp":[^,]*,/, '')),
  reject('content left out', messageText().replace(/,"content":.*/, '}')),
  reject('author a number', messageText({ author: '1' })),
  reject('author null', messageText({ author: 'null' })),
  reject('sequence a string', messageText({ sequence: '"1"' })),
  reject('sequence null', messageText({ sequence: 'null' })),
  reject('previous a number', messageText({ previous: '1' })),
  reject('previous false', messageText({ previous: 'false' })),
  reject('timestamp a number', messageText({ timestamp: '1770921000' })),
  reject('a field name with an escape', messageText().replace('"author"', '"\\u0061uthor"')),
  reject('a field name in upper case', messageText().replace('"author"', '"Author"')),
]

const around: Case[] = [
  reject('empty text', ''),
  reject('null', 'null'),
  reject('an array around the message', `[${messageText()}]`),
  reject('byte order mark', `\ufeff${messageText()}`),
  reject('leading space', ` ${messageText()}`),
  reject('trailing line feed', `${messageText()}\n`),
  reject('trailing NUL', `${messageText()}\u0000`),
  reject('two messages', messageText() + messageText()),
  reject('the last brace missing', messageText().slice(0, -1)),
  reject('space after a top-level comma', messageText().replace(',"sequence"', ', "sequence"')),
  ...Object.entries({
    'half of a surrogate pair as three bytes': 'eda080',
    'a surrogate pair as six bytes': 'eda0bdedb880',
    'a slash in two bytes': 'c0af',
    'NUL in two bytes': 'c080',
    'a byte that never occurs': 'ff',
    'a continuation byte alone': '80',
    'a character cut short': 'e282',
    'a character above U+10FFFF': 'f4908080',
  }).map(([what, hex]) => rejectBytes(`not UTF-8: ${what}`, hex)),
]

function rejectBytes(name: string, hex: string): Case {
  const [before = '', after = ''] = messageText({ content: '"|"' }).split('|')
  const canonical_hex = Buffer.from(before).toString('hex') + hex + Buffer.from(after).toString('hex')
  return { name, canonical_hex, expect: { reject: 'FEED_NOT_CANONICAL' } }
}

export const textCases: readonly Case[] = [...content, ...keys, ...envelope, ...around]
