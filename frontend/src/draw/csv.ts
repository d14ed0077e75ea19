/** Tables as CSV (RFC 4180) and files for the reader to keep. */

type Field = string | number | null;

export function csv(rows: readonly (readonly Field[])[]): string {
  return rows.map((row) => `${row.map(field).join(",")}\r\n`).join("");
}

/** Hand `content` to the reader as a file. */
export function download(name: string, content: Blob | string, type = "text/csv"): void {
  const blob = typeof content === "string" ? new Blob([content], { type }) : content;
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name.replace(/[^\w.+-]+/g, "_");
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Six digits: more are noise of the arithmetic, as in 0.30000000000000004. Whole numbers stay whole. */
const plain = (x: number): string => String(Number.isInteger(x) ? x : Number(x.toPrecision(6)));

/** One field, quoted where it must be; text that a spreadsheet would run as a formula is disarmed. */
function field(value: Field): string {
  if (value === null || (typeof value === "number" && Number.isNaN(value))) return "";
  if (typeof value === "number") return plain(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
