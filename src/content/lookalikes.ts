// Letters that look like others (confusables). The tables of Unicode Technical Standard 39 have ten thousand; these are the ones of which whole Latin
// names can be written, in the scripts that names are shown in without a key beside them.

/** Latin, then what looks like it. Capitals stand apart where they look like another letter than the small one does. */
const LOOKALIKES = [
  ['a', 'аАαΑɑᴀ'],
  ['b', 'вВьЬБβΒʙƅ'],
  ['c', 'сСϲϹᴄ'],
  ['d', 'ԁԀᴅ'],
  ['e', 'еЕєЄεΕᴇҽ'],
  ['f', 'ғҒϝ'],
  ['g', 'ցɡԌɢ'],
  ['h', 'һҺнНΗհʜ'],
  ['i', 'іІιΙɩıӏӀɪ'],
  ['j', 'јЈϳᴊ'],
  ['k', 'кКκΚᴋ'],
  ['l', 'ʟ|ǀ'],
  ['m', 'мМΜᴍ'],
  ['n', 'пПηΝոռɴ'],
  ['o', 'оОοΟσօՕᴏ'],
  ['p', 'рРρΡᴘ'],
  ['q', 'ԛԚզգ'],
  ['r', 'гГᴦʀ'],
  ['s', 'ѕЅꜱՏ'],
  ['t', 'тТτΤᴛ'],
  ['u', 'υսᴜՍ'],
  ['v', 'νѵѴᴠ'],
  ['w', 'ԝԜωшᴡա'],
  ['x', 'хХχΧ'],
  ['y', 'уУγΥүҮʏ'],
  ['z', 'ζΖᴢ'],
] as const

const LATIN: ReadonlyMap<string, string> = new Map(
  LOOKALIKES.flatMap(([latin, others]) => Array.from(others, (other): [string, string] => [other, latin])),
)

/** The Latin letter that a character looks like; else the character. */
export function latinLookalike(character: string): string {
  return LATIN.get(character) ?? character
}
