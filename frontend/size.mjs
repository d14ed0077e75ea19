// What a browser downloads for the page, compressed; it may shrink, and grows only on purpose.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST_KB = 72;

const size = (file) =>
  gzipSync(readFileSync(new URL(`../tb_dice/plugin/static/${file}`, import.meta.url)), { level: 9 })
    .length / 1000;
const [script, style] = ["index.js", "index.css"].map(size);
const text = `${(script + style).toFixed(1)} KB gzip: script ${script.toFixed(1)}, style ${style.toFixed(1)}`;
if (script + style > MOST_KB) {
  console.error(
    `expected a page of at most ${MOST_KB} KB gzip. Received: ${text}; make it smaller.`,
  );
  process.exit(1);
}
console.log(`The page is ${text}.`);
