/** The manual as a page of its own, to be kept and printed. */

const STYLE = `
  body { max-width: 46em; margin: 2em auto; padding: 0 1em; font: 15px/1.7 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif; color: #1b2126; }
  h2 { margin-top: 2em; border-top: 1px solid #d9d9d2; padding-top: 0.6em; }
  table { width: 100%; border-collapse: collapse; font-size: 12px; }
  th, td { padding: 2px 8px 2px 0; border-bottom: 1px solid #e8e8e2; text-align: left; vertical-align: top; }
  dl { font-size: 12px; } dd { margin: 0 0 4px; } dd span { margin-right: 12px; }
  @media print { h2 { break-after: avoid; } tr { break-inside: avoid; } }
`;

/** The body is that of the page, without what only makes sense there. */
export function writeDocument(title: string, lang: string, body: string): string {
  const head = `<meta charset="utf-8"><title>${title}</title><style>${STYLE}</style>`;
  const plain = body.replace(/<!--[\s\S]*?-->/g, '').replace(/ class="[^"]*"/g, '');
  return `<!doctype html>\n<html lang="${lang}"><head>${head}</head><body>${plain}</body></html>\n`;
}
