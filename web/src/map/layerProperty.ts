/** The property of a feature that says its collection; the library that reads styles asks for it by this name. */
export const LAYER_PROPERTY = 'mvt:layer';

/** What the layers of label points are called in tiles: as the collection, followed by this. */
const LABEL_SUFFIX = /_label$/;

/** The collection of a feature, of whichever layer of its tile. */
export function readCollection(name: unknown): string {
  return String(name).replace(LABEL_SUFFIX, '');
}
