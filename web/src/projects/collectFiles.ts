/** The files that somebody drops or chooses, with the path that each has in its folder. */

export interface CollectedFile {
  path: string;
  file: File;
}

/** What systems and programs leave beside data. */
const LEFTOVERS = /(^|\/)(\.[^/]*|~\$[^/]*|Thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/i;

export function isLeftover(path: string): boolean {
  return LEFTOVERS.test(path);
}

export function collectChosen(files: FileList | null): CollectedFile[] {
  const all = [...(files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
  return all.filter(({ path }) => !isLeftover(path));
}

/** Folders are gone through; this has to begin before the event is over. */
export async function collectDropped(items: DataTransferItemList): Promise<CollectedFile[]> {
  const dropped = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const collected: CollectedFile[] = [];
  for (const one of dropped) {
    if (one instanceof File) collected.push({ path: one.name, file: one });
    else if (one) await collectEntry(one, '', collected);
  }
  return collected.filter(({ path }) => !isLeftover(path));
}

async function collectEntry(
  entry: FileSystemEntry,
  above: string,
  collected: CollectedFile[],
): Promise<void> {
  const path = above + entry.name;
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    collected.push({ path, file });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  // A folder is read piece by piece, until nothing more comes.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (!entries.length) return;
    for (const inner of entries) await collectEntry(inner, `${path}/`, collected);
  }
}

/** What the files are called together: their folder, or the archive, where there is only one. */
export function proposeName(files: CollectedFile[]): string {
  const tops = new Set(files.map(({ path }) => path.split('/')[0]!));
  const [top] = tops;
  if (tops.size !== 1 || !top) return '';
  return files.length === 1 && !files[0]!.path.includes('/') ? top.replace(/\.[^.]+$/, '') : top;
}
