/** The places of the manual that a question mark opens, as the address of an element names them. */

const MARKED_MS = 2_500;

/** Brings a place of the open manual into view, and marks it for a moment where it is one line among many. */
export function showPlace(place: string | null): void {
  const element = document.getElementById(`manual-${place}`);
  element?.scrollIntoView();
  if (element && element.tagName !== 'SECTION')
    element.animate([{ backgroundColor: 'var(--rule)' }, {}], { duration: MARKED_MS, easing: 'ease-in' });
}

export const nameFigurePlace = (process: string, figure: string): string => `${process}-figure-${figure}`;

export const nameParameterPlace = (process: string, parameter: string): string =>
  `${process}-parameter-${parameter}`;

export const nameRulePlace = (process: string, rule: string): string => `${process}-rule-${rule}`;
