// Package byteio stands for a module that MOSN requires by way of others and uses nothing of.
package byteio
