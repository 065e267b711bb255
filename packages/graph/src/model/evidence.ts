/**
 * Whether what something says of itself is borne out by what its maker alone could not have arranged.
 *
 * - `yes`: it is
 * - `no`: whoever made it was free to say so
 * - `unknown`: what would show it could not be looked at, or was not
 */
export type Evidence = "yes" | "no" | "unknown";
