import { describe, expect, it } from 'vitest';
import { collectChosen, isLeftover, proposeName, type CollectedFile } from './collectFiles';

const collected = (...paths: string[]): CollectedFile[] =>
  paths.map((path) => ({ path, file: new File(['x'], path.split('/').pop()!) }));

describe('files that are brought in', () => {
  it('are taken but for what programs leave behind', () => {
    for (const path of ['.DS_Store', '数据/~$台账.xlsx', '__MACOSX/a.shp', 'a/Thumbs.db', 'a/.git/config']) {
      expect(isLeftover(path), path).toBe(true);
    }
    for (const path of ['数据/道路.shp', '调查.gdb/a00000001.gdbtable', '~台账.xlsx']) {
      expect(isLeftover(path), path).toBe(false);
    }
    const files = [new File(['x'], 'a.csv'), new File(['x'], '.hidden')];
    expect(collectChosen(files as unknown as FileList).map(({ path }) => path)).toEqual(['a.csv']);
  });

  it('propose what the project is called', () => {
    expect(proposeName(collected('甲县数据/a.shp', '甲县数据/b/c.xlsx'))).toBe('甲县数据');
    expect(proposeName(collected('乙县.zip'))).toBe('乙县');
    expect(proposeName(collected('a.csv', 'b.csv'))).toBe('');
  });
});
