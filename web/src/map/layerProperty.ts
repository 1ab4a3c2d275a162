/** The property of a feature that says its collection; the library that reads styles asks for it by this name. */
export const LAYER_PROPERTY = 'mvt:layer';
