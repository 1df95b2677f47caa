"""One file a noun, one function a thing done; each opens with who may."""
