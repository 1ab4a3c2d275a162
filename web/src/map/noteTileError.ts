/** Where a tile did not arrive, a layer in it may be gone: somebody else has deleted its run. */

import * as api from '../api/client';
import { ApiError, NO_ANSWER } from '../api/client';
import { app } from '../app/app';

let looking = false;

export async function noteTileError(error: unknown): Promise<void> {
  const { collections, map, runs } = app;
  // The notice that the service does not answer says enough.
  if (error instanceof ApiError && error.status === NO_ANSWER) return;
  map.tilesFailed = true;
  if (looking || !(error instanceof ApiError) || error.status !== 404) return;
  looking = true;
  try {
    const before = collections.list.length;
    const [landing] = await Promise.all([api.loadLanding(), collections.loadCollections()]);
    runs.list = landing.fireplan.runs.filter((run) => run.job !== null);
    map.tilesFailed = collections.list.length === before;
  } catch {
    // The next tile that fails asks again.
  } finally {
    looking = false;
  }
}
