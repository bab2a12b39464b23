// Runs every mandatory test and the schema on the documents that stand one a
// line in the file argv[2], each {"name", "edition", "text"}, and prints one
// line for each: {"name", "failed": [tests], "threw": [tests]}.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

const lib = '@secvisogram/csaf-validator-lib'
const sets = {
  '2.0': [await import(`${lib}/mandatoryTests.js`), (await import(`${lib}/schemaTests.js`)).csaf_2_0],
  '2.1': [await import(`${lib}/csaf_2_1/mandatoryTests.js`), (await import(`${lib}/csaf_2_1/schemaTests.js`)).csaf_2_1],
}

// section makes '6.1.27.1' of 'mandatoryTest_6_1_27_1'.
const section = (name) => name.replace('mandatoryTest_', '').replaceAll('_', '.')

async function verdict(id, test, doc, out) {
  try {
    if ((await test(doc)).isValid === false) out.failed.push(id)
  } catch {
    out.threw.push(id) // it reads on where the schema is broken
  }
}

console.log(JSON.stringify({
  tests: Object.fromEntries(Object.entries(sets).map(([edition, [tests]]) => [edition, Object.keys(tests).map(section)])),
}))
for await (const line of createInterface({ input: createReadStream(process.argv[2]) })) {
  const { name, edition, text } = JSON.parse(line)
  const doc = JSON.parse(text)
  const [tests, schema] = sets[edition]
  const out = { name, failed: [], threw: [] }
  await verdict('schema', schema, doc, out)
  for (const [key, test] of Object.entries(tests)) await verdict(section(key), test, doc, out)
  console.log(JSON.stringify(out))
}
