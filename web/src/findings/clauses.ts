/** Parts long remarks where their clauses end. */

/** Splits at semicolons, but not within brackets: what stands there belongs to its clause. */
export function splitClauses(text: string): string[] {
  const clauses: string[] = [];
  let depth = 0;
  let start = 0;
  for (const [at, letter] of [...text].entries()) {
    if ('（(“'.includes(letter)) depth += 1;
    else if ('）)”'.includes(letter)) depth -= 1;
    else if ('；;'.includes(letter) && depth <= 0) {
      clauses.push([...text].slice(start, at).join('').trim());
      start = at + 1;
    }
  }
  clauses.push([...text].slice(start).join('').trim());
  return clauses.filter(Boolean);
}
