/** Fonts with Chinese letters that the computers of offices have, the best first. */
export const FONTS = [
  'Noto Sans CJK SC',
  'Source Han Sans SC',
  'PingFang SC',
  'Microsoft YaHei',
  'WenQuanYi Micro Hei',
  'sans-serif',
];

/** The fonts of a map style as CSS fonts; only the weight is taken from the style. */
export function replaceFonts(fonts: string[]): string[] {
  const bold = fonts.some((name) => /bold/i.test(name));
  return FONTS.map((font) => (bold ? `${font} Bold` : font));
}
