/** Small pieces that many answers of the server hold. */

/** A text in both languages. */
export interface Label {
  zh: string;
  en: string;
}

export type Value = null | boolean | number | string;

export interface Code {
  code: string;
  label: Label;
}

/** West, south, east and north, in degrees. */
export type Extent = [number, number, number, number];

export type LonLat = [number, number];
