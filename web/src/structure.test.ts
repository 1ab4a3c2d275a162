import { describe, expect, it } from 'vitest';

const files = Object.entries(
  import.meta.glob<string>('./**/*.{ts,svelte,css}', { query: '?raw', import: 'default', eager: true }),
).filter(([path]) => !path.endsWith('.gen.ts'));
const sources = files.filter(([path]) => !path.endsWith('.test.ts'));

function listWhere(pattern: RegExp, found = sources): string[] {
  return found.filter(([, text]) => pattern.test(text)).map(([path]) => path);
}

function removeComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|^\s*\/\/.*$/gm, '');
}

describe('the files of the page', () => {
  it('are short enough to have one concern', () => {
    const long = files.filter(([, text]) => text.split('\n').length - 1 > 300).map(([path]) => path);
    expect(files.length).toBeGreaterThan(100);
    expect(long).toEqual([]);
  });

  it('send requests from one place', () => {
    expect(listWhere(/(?<![.\w])fetch\(|XMLHttpRequest|sendBeacon|EventSource|WebSocket/)).toEqual([
      './api/client.ts',
    ]);
  });

  it('know the map library in one folder', () => {
    const users = listWhere(/(?:from|import) '(?:ol|ol-mapbox-style)(?:\/[^']*)?'/);
    expect(users.length).toBeGreaterThan(0);
    expect(users.filter((path) => !path.startsWith('./map/'))).toEqual([]);
  });

  it('have the words that people see in one folder', () => {
    const bare = sources.map(([path, text]) => [path, removeComments(text)] as [string, string]);
    const speaking = listWhere(/[\u4e00-\u9fff]/, bare);
    expect(speaking.filter((path) => !path.startsWith('./text/'))).toEqual([]);
  });
});
