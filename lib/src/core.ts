/** Everything that runs in a browser page too: no Node module, no Jupyter, no backend by name. */
export * from "./guidance";
export * from "./random";
export * from "./samplers/ddpm";
export * from "./samplers/guided-prediction";
export * from "./samplers/noise";
export * from "./samplers/sample";
export * from "./schedule";
export * from "./training/label-dropout";
export * from "./training/trainer";
export * from "./unet/cfg-unet";
export * from "./unet/embedding";
export * from "./unet/fold";
export * from "./unet/layers";
export * from "./unet/network";
export * from "./unet/parameters";
