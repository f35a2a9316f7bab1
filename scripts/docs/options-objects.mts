/** Gives a name to the parameters that are taken apart where they are declared: `function f({ a, b }: { ... })`. */
import { type Application, type Context, Converter, type SignatureReflection } from "typedoc";

/** TypeDoc's name for such a parameter. */
const NAMELESS = "__namedParameters";

/** A plugin of TypeDoc's: the parameter is called `options`, or what `@param` calls it, and `@param a` describes `a`. */
export function nameOptionsObjects(app: Application): void {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, (context: Context) => {
    for (const reflection of Object.values(context.project.reflections))
      if (reflection.isSignature()) nameOptions(reflection);
  });
}

function nameOptions({ parameters = [], comment }: SignatureReflection): void {
  const options = parameters.find(({ name }) => name === NAMELESS);
  if (!options) return;
  const type = options.type?.type === "reflection" ? options.type.declaration : undefined;
  const properties = new Set(type?.children?.map(({ name }) => name));
  const tags = (comment?.blockTags ?? []).filter(({ tag, name }) => tag === "@param" && name !== undefined);
  const isKnown = (name: string): boolean => properties.has(name) || parameters.some((one) => one.name === name);
  options.name = tags.find(({ name }) => !isKnown(name!))?.name?.split(".")[0] ?? "options";
  for (const tag of tags) if (properties.has(tag.name!)) tag.name = `${options.name}.${tag.name}`;
}
