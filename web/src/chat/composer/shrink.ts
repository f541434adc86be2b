import type { Boot } from '@/kit/api/types';

type Resize = NonNullable<Boot['uploads']['resize']>;

/** Brings a picture that is larger than the bounds into them. Those that may move stay as they are. */
export async function shrink(file: File, bounds: Resize): Promise<File> {
  if (file.type === 'image/gif') return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file; // the server says what is wrong with it
  const scale = Math.min(bounds.width / picture.width, bounds.height / picture.height);
  const blob = scale < 1 ? await draw(picture, scale, bounds) : null;
  picture.close();
  if (!blob || blob.size >= file.size) return file;
  const name = file.name.replace(/\.[^.]*$/, '');
  return new File([blob], `${name}.${bounds.format}`, { type: blob.type });
}

function draw(
  picture: ImageBitmap,
  scale: number,
  { quality, format }: Resize,
): Promise<Blob | null> {
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const context = canvas.getContext('2d');
  if (!context) return Promise.resolve(null);
  if (format === 'jpeg') {
    // It knows no transparency, which would turn black.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
  }
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, `image/${format}`, quality));
}
