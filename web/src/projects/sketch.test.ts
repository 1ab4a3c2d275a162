import { describe, expect, it } from 'vitest';
import { drawSketch } from './sketch';

describe('the small map', () => {
  it('puts what is asked about into the box, north up', () => {
    const sketch = drawSketch([], [[[110, 35]], [[110.1, 35.05]]], 300, 200)!;
    const [low, high] = sketch.points;
    expect(low!.x).toBeLessThan(high!.x);
    expect(low!.y).toBeGreaterThan(high!.y);
    for (const { x, y } of sketch.points) {
      expect(x).toBeGreaterThan(0);
      expect(x).toBeLessThan(300);
      expect(y).toBeGreaterThan(0);
      expect(y).toBeLessThan(200);
    }
  });

  it('has a bar of a round length', () => {
    const sketch = drawSketch([], [[[110, 35], [110.1, 35]]], 300, 200)!; // prettier-ignore
    expect(sketch.bar.length_m).toBe(2000);
    // A tenth of a degree at 35° north is 9.1 km, and takes three quarters of the box.
    const metre = (300 * 0.76) / (0.1 * Math.cos((35 * Math.PI) / 180) * 111_320);
    expect(sketch.bar.width).toBeCloseTo(2000 * metre, 3);
  });

  it('draws what lies around only where it is seen, and nothing of nothing', () => {
    const near: [number, number][] = [[110, 35], [110.01, 35]]; // prettier-ignore
    const far: [number, number][] = [[120, 35], [120.01, 35]]; // prettier-ignore
    const sketch = drawSketch([near, far], [[[110, 35]]], 300, 200)!;
    expect(sketch.around.match(/M/g)).toHaveLength(1);
    expect(drawSketch([], [], 300, 200)).toBeNull();
  });
});
