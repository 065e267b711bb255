import { library } from "../../tooling/tsup-preset.js";

export default library({
  dts: {
    compilerOptions: { ignoreDeprecations: "6.0" },
    // For `Disposable`, which the library of ES2023 lacks.
    banner: '/// <reference lib="esnext.disposable" />',
  },
});
