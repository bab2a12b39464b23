// Command pages asks for pages of a running house at a steady rate and prints
// how long the answers took. The rate is kept whatever the answers do: a slow
// server meets a queue, as it would with people. It asks this machine only.
//
//	go run ./test/load/pages -link http://127.0.0.1:8080/link/… -rate 200 -for 20s / /alerts
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

func main() {
	link := flag.String("link", "", "sign-in link that the training house printed")
	rate := flag.Int("rate", 200, "requests a second")
	span := flag.Duration("for", 20*time.Second, "how long, at most 5m")
	flag.Parse()
	paths := flag.Args()
	if *link == "" || len(paths) == 0 || *span > 5*time.Minute || *rate > 5000 {
		flag.Usage()
		os.Exit(2)
	}
	base, client, err := signIn(*link)
	if err != nil {
		log.Fatal(err)
	}
	report(run(client, base, paths, *rate, *span), *rate)
}

// signIn opens the link as a person does: the page, then its one button.
func signIn(link string) (string, *http.Client, error) {
	u, err := url.Parse(link)
	if err != nil || u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost" {
		return "", nil, fmt.Errorf("the link must be of this machine")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return "", nil, err
	}
	client := &http.Client{Jar: jar, Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}
	res, err := client.PostForm(link, url.Values{})
	if err != nil {
		return "", nil, err
	}
	res.Body.Close()
	if res.StatusCode >= 400 {
		return "", nil, fmt.Errorf("sign-in: %s", res.Status)
	}
	return u.Scheme + "://" + u.Host, client, nil
}

// answer is one request: how long it took from the moment it was due.
type answer struct {
	took   time.Duration
	status int
	bytes  int64
}

func run(client *http.Client, base string, paths []string, rate int, span time.Duration) []answer {
	var mu sync.Mutex
	var all []answer
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	end := time.Now().Add(span)
	for i := 0; time.Now().Before(end); i++ {
		due := <-tick.C
		wg.Add(1)
		go func() {
			defer wg.Done()
			a := get(client, base+paths[i%len(paths)], due)
			mu.Lock()
			all = append(all, a)
			mu.Unlock()
		}()
	}
	wg.Wait()
	return all
}

func get(client *http.Client, address string, due time.Time) answer {
	res, err := client.Get(address)
	if err != nil {
		return answer{took: time.Since(due)}
	}
	defer res.Body.Close()
	n, _ := io.Copy(io.Discard, res.Body)
	return answer{took: time.Since(due), status: res.StatusCode, bytes: n}
}

func report(all []answer, rate int) {
	slices.SortFunc(all, func(a, b answer) int { return int(a.took - b.took) })
	bad := 0
	for _, a := range all {
		if a.status != http.StatusOK {
			bad++
		}
	}
	at := func(p float64) time.Duration {
		return all[min(len(all)-1, int(p*float64(len(all))))].took.Round(100 * time.Microsecond)
	}
	if len(all) == 0 {
		log.Fatal("no answers")
	}
	fmt.Println(strings.Join([]string{fmt.Sprintf("%d requests at %d/s", len(all), rate), fmt.Sprintf("p50 %s", at(.5)),
		fmt.Sprintf("p99 %s", at(.99)), fmt.Sprintf("max %s", at(1)), fmt.Sprintf("%d not 200", bad)}, ", "))
}
