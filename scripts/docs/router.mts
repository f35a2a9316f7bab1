/** Where the reference's pages lie: a group's page is called as the group, in the letters of an address. */
import { type Application, type Reflection, ReflectionKind } from "typedoc";
import { ModuleRouter } from "typedoc-plugin-markdown";

export const ROUTER = "groups";

/** A plugin of TypeDoc's. */
export function routeGroups(app: Application): void {
  app.renderer.defineRouter(ROUTER, GroupRouter);
}

class GroupRouter extends ModuleRouter {
  override getReflectionAlias(reflection: Reflection): string {
    const alias = super.getReflectionAlias(reflection);
    return reflection.kindOf(ReflectionKind.Module) ? alias.toLowerCase().replace(/[^a-z0-9]+/g, "-") : alias;
  }
}
