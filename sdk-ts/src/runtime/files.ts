/**
 * Files of this site, in the private file system of its origin. Only the worker that holds the wallet uses them. Where
 * there is none, nothing is kept.
 */

/** What only workers can do with a file, and what TypeScript's types of pages leave out. */
interface WorkerFile extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<{
    write(bytes: Uint8Array, options: { at: number }): number;
    getSize(): number;
    flush(): void;
    close(): void;
  }>;
}

async function folder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle('aztec-lite', { create: true });
}

const isMissing = (error: unknown): boolean => error instanceof DOMException && error.name === 'NotFoundError';

/** The bytes of a file; none if there is none. */
export async function readFile(name: string): Promise<Uint8Array> {
  try {
    const handle = await (await folder()).getFileHandle(name);
    return new Uint8Array(await (await handle.getFile()).arrayBuffer());
  } catch (error) {
    if (isMissing(error)) return new Uint8Array();
    throw error;
  }
}

/** Adds to a file, or makes it. */
export async function appendFile(name: string, bytes: Uint8Array): Promise<void> {
  const handle = await (await folder()).getFileHandle(name, { create: true });
  const file = await (handle as WorkerFile).createSyncAccessHandle();
  try {
    file.write(bytes, { at: file.getSize() });
    file.flush();
  } finally {
    file.close();
  }
}

/** Removes a file, if there is one. */
export async function removeFile(name: string): Promise<void> {
  try {
    await (await folder()).removeEntry(name);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
