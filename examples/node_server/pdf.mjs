// Plain PDF 1.5 by hand: lines of text in Times on Letter pages, compressed, and the same bytes each time.

import { deflateSync } from "node:zlib";

const COLUMNS = 95;
const ROWS = 54;

/** A document with these lines, broken between words and never within one. */
export function pdfOf(lines) {
  const rows = lines.flatMap(wrapped);
  const pages = [];
  for (let start = 0; start < rows.length; start += ROWS) pages.push(rows.slice(start, start + ROWS));
  const kids = pages.map((_, number) => `${4 + 2 * number} 0 R`);
  const objects = [
    Buffer.from("<</Type/Catalog/Pages 2 0 R>>"),
    Buffer.from(`<</Type/Pages/Count ${pages.length}/Kids[${kids.join(" ")}]/MediaBox[0 0 612 792]>>`),
    Buffer.from("<</Type/Font/Subtype/Type1/BaseFont/Times-Roman/Encoding/WinAnsiEncoding>>"),
    ...pages.flatMap((page, number) => [pageOf(5 + 2 * number), streamOf(page)]),
  ];
  return assembled(objects);
}

function wrapped(line) {
  const rows = [""];
  for (const word of line.split(" ")) {
    const longer = rows.at(-1) ? `${rows.at(-1)} ${word}` : word;
    if (longer.length <= COLUMNS || !rows.at(-1)) rows[rows.length - 1] = longer;
    else rows.push(word);
  }
  return rows;
}

function pageOf(contents) {
  return Buffer.from(`<</Type/Page/Parent 2 0 R/Resources<</Font<</T 3 0 R>>>>/Contents ${contents} 0 R>>`);
}

function streamOf(rows) {
  const shown = rows.map((row) => `(${escaped(row)})'`).join("\n");
  const packed = deflateSync(Buffer.from(`BT /T 11 Tf 13 TL 50 745 Td\n${shown}\nET`, "latin1"));
  const head = `<</Filter/FlateDecode/Length ${packed.length}>>\nstream\n`;
  return Buffer.concat([Buffer.from(head), packed, Buffer.from("\nendstream")]);
}

/** What Latin-1 lacks is shown as a question mark; parentheses and backslashes are escaped. */
function escaped(row) {
  return row.replace(/[^ -~\u00a0-\u00ff]/gu, "?").replace(/[\\()]/g, "\\$&");
}

/** Header, numbered objects, the table of where they are, trailer (ISO 32000-1 section 7.5). */
function assembled(objects) {
  const parts = [Buffer.from("%PDF-1.5\n%\u00e4\u00f6\u00fc\u00df\n", "latin1")];
  const places = [];
  let length = parts[0].length;
  objects.forEach((object, index) => {
    places.push(length);
    const part = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from("\nendobj\n")]);
    parts.push(part);
    length += part.length;
  });
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const size = objects.length + 1;
  parts.push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${table}`));
  parts.push(Buffer.from(`trailer\n<</Root 1 0 R/Size ${size}>>\nstartxref\n${length}\n%%EOF\n`));
  return Buffer.concat(parts);
}
