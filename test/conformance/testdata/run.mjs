// Runs the schema and every test of all three levels on the documents that
// stand one a line in the file argv[2], each {"name", "edition", "text"}, and
// prints one line for each: {"name", "failed": [tests], "threw": [tests]}.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const lib = '@secvisogram/csaf-validator-lib'
const load = (path) => import(`${lib}/${path}.js`)
const sets = {
  '2.0': {
    schema: (await load('schemaTests')).csaf_2_0,
    tests: [await load('mandatoryTests'), await load('optionalTests'), await load('informativeTests')],
  },
  '2.1': {
    schema: (await load('csaf_2_1/schemaTests')).csaf_2_1,
    tests: [await load('csaf_2_1/mandatoryTests'), await load('csaf_2_1/recommendedTests'), await load('csaf_2_1/informativeTests')],
  },
}

// section makes '6.1.27.1' of 'mandatoryTest_6_1_27_1'; null of what asks the
// network or a dictionary.
const left = ['6.3.6', '6.3.7', '6.3.8']
function section(name) {
  const found = name.match(/_(6(?:_\d+)+)$/)
  const id = found && found[1].replaceAll('_', '.')
  return left.includes(id) ? null : id
}

const entries = (edition) =>
  sets[edition].tests.flatMap((set) => Object.entries(set)).map(([name, test]) => [section(name), test]).filter(([id]) => id)

async function verdict(id, test, doc, out) {
  try {
    const got = await test(doc)
    if (got.isValid === false || got.warnings?.length || got.infos?.length) out.failed.push(id)
  } catch {
    out.threw.push(id) // it reads on where the schema is broken
  }
}

const known = Object.fromEntries(Object.keys(sets).map((edition) => [edition, entries(edition)]))
console.log(JSON.stringify({ tests: Object.fromEntries(Object.entries(known).map(([edition, list]) => [edition, list.map(([id]) => id)])) }))
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const { name, edition, text } = JSON.parse(line)
  const doc = JSON.parse(text)
  const out = { name, failed: [], threw: [] }
  await verdict('schema', sets[edition].schema, doc, out)
  for (const [id, test] of known[edition]) await verdict(id, test, doc, out)
  console.log(JSON.stringify(out))
}
