/** A picture of the map as it is on show: title, legend, scale bar and arrow to the north round it. */

import { app } from '../app/app';
import { formatScale } from '../text/format';
import { arrangeLegend, COLUMN, drawLegend, type LegendGroup, type PictureColours } from './legendPicture';
import { findPixelSize, findTitle, listShownLayers } from './shownMap';

const HEAD = 44;
const FOOT = 34;
/** The scale bar is no longer than this. */
const BAR = 150;

function readColours(): PictureColours {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string) => style.getPropertyValue(name).trim();
  return {
    paper: read('--paper'),
    ink: read('--ink'),
    quiet: read('--ink-2'),
    rule: read('--rule'),
    accent: read('--accent'),
  };
}

/** The largest round length that is no longer than so many metres. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return ([5, 2, 1].find((digit) => digit * power <= most) ?? 1) * power;
}

function listGroups(): LegendGroup[] {
  const ids = listShownLayers().reverse();
  const groups = ids.map((id) => ({
    title: app.layers.findTitle(id),
    entries: app.styles
      .listLegend(id)
      .map((entry) => ({ label: app.language.translateLabel(entry.label), entry })),
  }));
  const several = groups.filter(({ entries }) => entries.length > 1);
  const single = groups.filter(({ entries }) => entries.length === 1);
  // A layer of one class is told by its own name.
  const others = single.map(({ title, entries }) => ({ label: title, entry: entries[0]!.entry }));
  return others.length
    ? [...several, { title: app.language.text.packages.otherLayers, entries: others }]
    : several;
}

/** Draws the picture at the resolution of the screen. */
export async function drawMapPicture(): Promise<Blob> {
  const target = document.getElementById('map-canvas')!;
  const [width, height] = [target.clientWidth, target.clientHeight];
  const legend = arrangeLegend(listGroups(), height);
  const picture = document.createElement('canvas');
  const ratio = window.devicePixelRatio;
  const whole = width + legend.length * COLUMN;
  picture.width = Math.round(whole * ratio);
  picture.height = Math.round((HEAD + height + FOOT) * ratio);
  const context = picture.getContext('2d')!;
  context.scale(ratio, ratio);
  const colours = readColours();
  const fonts = getComputedStyle(document.body).fontFamily;
  context.fillStyle = colours.paper;
  context.fillRect(0, 0, whole, HEAD + height + FOOT);
  context.fillStyle = app.styles.ground ?? colours.paper;
  context.fillRect(0, HEAD, width, height);
  drawMap(context, target, width, height);
  drawFrame(context, width, height, whole, colours);
  drawLegend(context, legend, width, HEAD, colours, fonts);
  drawHead(context, whole, colours, fonts);
  drawNorth(context, width - 24, HEAD + 18, colours, fonts);
  drawFoot(context, HEAD + height + FOOT / 2, whole, colours, fonts);
  return new Promise((resolve, reject) => {
    picture.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png');
  });
}

/** The canvases of the map's layers, each with its opacity and its place. */
function drawMap(
  context: CanvasRenderingContext2D,
  target: HTMLElement,
  width: number,
  height: number,
): void {
  context.save();
  context.beginPath();
  context.rect(0, HEAD, width, height);
  context.clip();
  const frame = target.getBoundingClientRect();
  for (const canvas of target.querySelectorAll<HTMLCanvasElement>('.ol-layers canvas')) {
    if (!canvas.width) continue;
    const box = canvas.getBoundingClientRect();
    const opacity = canvas.parentElement?.style.opacity || canvas.style.opacity;
    context.globalAlpha = opacity ? Number(opacity) : 1;
    context.drawImage(canvas, box.left - frame.left, HEAD + box.top - frame.top, box.width, box.height);
  }
  context.restore();
}

function drawFrame(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  whole: number,
  colours: PictureColours,
): void {
  context.strokeStyle = colours.rule;
  context.lineWidth = 1;
  context.strokeRect(0.5, HEAD + 0.5, width - 1, height - 1);
  context.strokeRect(0.5, 0.5, whole - 1, HEAD + height + FOOT - 1);
}

function drawHead(
  context: CanvasRenderingContext2D,
  whole: number,
  colours: PictureColours,
  fonts: string,
): void {
  const area = app.area.landing?.fireplan;
  const title = [area?.name, findTitle()].filter(Boolean).join('　');
  context.textBaseline = 'middle';
  context.textAlign = 'start';
  context.fillStyle = colours.ink;
  context.font = `600 17px ${fonts}`;
  context.fillText(title, 14, HEAD / 2, whole - 220);
  context.textAlign = 'end';
  context.fillStyle = colours.quiet;
  context.font = `12px ${fonts}`;
  context.fillText(area?.synthetic ? app.language.text.synthetic : '', whole - 14, HEAD / 2);
}

function drawNorth(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  colours: PictureColours,
  fonts: string,
): void {
  context.fillStyle = colours.ink;
  context.strokeStyle = colours.paper;
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + 7, y + 24);
  context.lineTo(x, y + 19);
  context.lineTo(x - 7, y + 24);
  context.closePath();
  context.stroke();
  context.fill();
  context.textAlign = 'center';
  context.font = `600 12px ${fonts}`;
  context.strokeText(app.language.text.packages.north, x, y - 7);
  context.fillText(app.language.text.packages.north, x, y - 7);
}

/** Scale bar and scale, coordinate system and program. */
function drawFoot(
  context: CanvasRenderingContext2D,
  y: number,
  whole: number,
  colours: PictureColours,
  fonts: string,
): void {
  const metres = findPixelSize(app.map.scale);
  const length = roundLength(BAR * metres);
  const bar = length / metres;
  context.strokeStyle = colours.ink;
  context.fillStyle = colours.ink;
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(14, y - 4);
  context.lineTo(14, y + 3);
  context.lineTo(14 + bar, y + 3);
  context.lineTo(14 + bar, y - 4);
  context.stroke();
  context.font = `12px ${fonts}`;
  context.textAlign = 'start';
  const told = length >= 1000 ? `${length / 1000} km` : `${length} m`;
  context.fillText(`${told}　${formatScale(app.map.scale)}`, 22 + bar, y);
  context.textAlign = 'end';
  context.fillStyle = colours.quiet;
  const program = app.findings.current?.manifest.program ?? app.language.text.product;
  context.fillText(`${app.language.text.coordinates} · ${program}`, whole - 14, y);
}
