// What a browser downloads for the page, compressed; it may shrink, and grows only on purpose.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST_KB = { "to open the tab": 61, "with the analyses": 76 };

const size = (file) =>
  gzipSync(readFileSync(new URL(`../tb_dice/plugin/static/${file}`, import.meta.url)), { level: 9 })
    .length / 1000;
const first = size("index.js") + size("index.css");
const sizes = { "to open the tab": first, "with the analyses": first + size("analyses.js") };
for (const [what, kilobytes] of Object.entries(sizes)) {
  const text = `${kilobytes.toFixed(1)} KB gzip ${what}`;
  if (kilobytes > MOST_KB[what]) {
    console.error(`expected at most ${MOST_KB[what]} KB. Received: ${text}; make it smaller.`);
    process.exitCode = 1;
  } else console.log(`The page is ${text}.`);
}
