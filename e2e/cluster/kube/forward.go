package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"runtime"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sys/unix"
)

// forwarder carries TCP connections from the network namespace it was started in into another one. It is how a
// program on the host reaches a cluster whose nodes are in namespaces without an address on the host.
type forwarder struct {
	namespace string // a file such as /proc/PID/ns/net
	target    string // HOST:PORT inside that namespace
}

func newForwardCommand() *cobra.Command {
	var f forwarder
	var listen, addressFile string
	cmd := &cobra.Command{
		Use:   "forward --netns FILE --target HOST:PORT",
		Short: "Carry TCP connections into another network namespace",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			listener, err := net.Listen("tcp", listen)
			if err != nil {
				return err
			}
			if addressFile != "" {
				if err := os.WriteFile(addressFile, []byte(listener.Addr().String()), 0o644); err != nil {
					return err
				}
			}
			return f.serve(listener)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&listen, "listen", "127.0.0.1:0", "the loopback address to listen on; port 0 is any free one")
	flags.StringVar(&addressFile, "address-file", "", "a file to write the address listened on to")
	flags.StringVar(&f.namespace, "netns", "", "the network namespace to connect in, such as /proc/PID/ns/net")
	flags.StringVar(&f.target, "target", "", "the HOST:PORT to connect to inside that namespace")
	_ = cmd.MarkFlagRequired("netns")
	_ = cmd.MarkFlagRequired("target")
	return cmd
}

func (f forwarder) serve(listener net.Listener) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go f.carry(conn.(*net.TCPConn))
	}
}

func (f forwarder) carry(near *net.TCPConn) {
	defer near.Close()
	far, err := f.dial()
	if err != nil {
		log.Printf("%s: %v", near.RemoteAddr(), err)
		return
	}
	defer far.Close()

	ended := make(chan struct{})
	go func() {
		pipe(far, near)
		close(ended)
	}()
	pipe(near, far)
	<-ended
}

// pipe copies one direction and passes on its end alone: the other direction may live on, as it does in kubectl exec.
func pipe(to, from *net.TCPConn) {
	if _, err := io.Copy(to, from); err != nil && !errors.Is(err, net.ErrClosed) {
		to.Close() // a broken stream must not look like one that ended
		return
	}
	_ = to.CloseWrite()
}

// dial makes one connection from a thread that has moved into the namespace. A socket stays in the namespace it was
// made in, whichever thread uses it later; so the thread is only needed for the dialling, and as it is never unlocked
// the runtime ends it instead of reusing it for code that belongs outside.
func (f forwarder) dial() (*net.TCPConn, error) {
	type result struct {
		conn net.Conn
		err  error
	}
	dialled := make(chan result)
	go func() {
		runtime.LockOSThread()
		if err := enter(f.namespace); err != nil {
			dialled <- result{err: err}
			return
		}
		conn, err := net.DialTimeout("tcp", f.target, 5*time.Second)
		dialled <- result{conn, err}
	}()
	r := <-dialled
	if r.err != nil {
		return nil, r.err
	}
	return r.conn.(*net.TCPConn), nil
}

func enter(namespace string) error {
	file, err := os.Open(namespace)
	if err != nil {
		return err
	}
	defer file.Close()
	if err := unix.Setns(int(file.Fd()), unix.CLONE_NEWNET); err != nil {
		return fmt.Errorf("setns %s: %w", namespace, err)
	}
	return nil
}
